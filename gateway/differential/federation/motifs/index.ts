import { addContext } from './add-context.ts';
import { addInterfaceObject } from './add-interface-object.ts';
import { addOverride } from './add-override.ts';
import { addProvides } from './add-provides.ts';
import { addRequires, addRequiresTwice } from './add-requires.ts';
import type { Motif } from './federation-draft.ts';
import { hideEnumValue, hideField, hideType } from './hide.ts';
import { loosen } from './loosen.ts';

export type { FederationDraft } from './federation-draft.ts';

export const MOTIFS: readonly (readonly [motif: Motif, weight: number])[] = [
  [addRequires, 5],
  [addRequiresTwice, 2],
  [addProvides, 4],
  [addOverride, 2],
  [addInterfaceObject, 2],
  [addContext, 2],
  [hideField, 1],
  [hideType, 0.5],
  [hideEnumValue, 0.5],
  [loosen, 1],
];
