import { appName, appVersion } from '../../contract/apps.ts';
import { badInput } from '../parse-command.ts';
import { environmentPath } from './subgraph-path.ts';

/** The API's path of a version of an app; names that could not be one are refused here, before anything is sent. */
export function appPath(environment: string, app: string, version: string): string {
  for (const [schema, text] of [
    [appName, app],
    [appVersion, version],
  ] as const) {
    const parsed = schema.safeParse(text);
    if (!parsed.success) throw badInput(`${JSON.stringify(text)}: ${parsed.error.issues[0]?.message}.`);
  }
  return `${environmentPath(environment)}/apps/${app}/${encodeURIComponent(version)}`;
}
