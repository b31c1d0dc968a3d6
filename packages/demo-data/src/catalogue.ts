/** A row of the shop's range: code, title, price in cents, and the variants it comes in (code: name). */
export type CatalogueRow = readonly [
  code: string,
  title: string,
  priceMinor: number,
  variants: Readonly<Record<string, string>>,
];

const ONE = {};
const GLAZES = { CHK: 'chalk', MOS: 'moss', INK: 'ink' };
const LINENS = { OAT: 'oat', SLT: 'slate', RST: 'rust' };
const ROASTS = { '250': '250 g', '1K': '1 kg' };
const WOODS = { OAK: 'oak', WAL: 'walnut' };
const SIZES = { S: 'small', M: 'medium', L: 'large' };

/** Kitchen, table, home and outdoors: what a small European household shop would carry. */
export const CATALOGUE: readonly CatalogueRow[] = [
  ['KT-1004', 'Enamel kettle 1.5 l', 5490, { CRM: 'cream', GRN: 'green' }],
  ['KT-1011', 'Pour-over dripper', 2450, GLAZES],
  ['KT-1012', 'Paper filters, 100 pieces', 590, ONE],
  ['KT-1018', 'Hand coffee grinder', 7900, ONE],
  ['KT-1023', 'Moka pot, 3 cups', 3290, ONE],
  ['KT-1031', 'Cast-iron casserole 4 l', 12900, { BLK: 'black', RED: 'brick red' }],
  ['KT-1034', 'Carbon-steel pan 26 cm', 4900, ONE],
  ['KT-1040', "Cook's knife 20 cm", 8900, ONE],
  ['KT-1041', 'Paring knife 9 cm', 2690, ONE],
  ['KT-1047', 'End-grain chopping board', 6450, WOODS],
  ['KT-1052', 'Kitchen scale, 1 g', 3495, ONE],
  ['KT-1058', 'Mixing bowls, set of 3', 3990, GLAZES],
  ['KT-1063', 'Silicone spatula', 890, ONE],
  ['KT-1066', 'Fine grater', 1690, ONE],
  ['KT-1070', 'Preserving jar 0.75 l', 420, ONE],
  ['PN-2003', 'Espresso beans, Bourbon', 1190, ROASTS],
  ['PN-2004', 'Filter beans, Sidama', 1390, ROASTS],
  ['PN-2009', 'Sencha loose leaf 100 g', 1150, ONE],
  ['PN-2015', 'Olive oil, first pressing 0.5 l', 1480, ONE],
  ['PN-2018', 'Flaky sea salt 250 g', 540, ONE],
  ['PN-2022', 'Raw heather honey 400 g', 980, ONE],
  ['PN-2027', 'Dark chocolate 72 %', 395, ONE],
  ['TB-3002', 'Dinner plate 27 cm', 1890, GLAZES],
  ['TB-3003', 'Soup bowl', 1590, GLAZES],
  ['TB-3006', 'Mug 0.3 l', 1450, GLAZES],
  ['TB-3010', 'Water glass, set of 6', 2400, ONE],
  ['TB-3014', 'Wine glass, set of 4', 3600, ONE],
  ['TB-3019', 'Carafe 1 l', 2150, ONE],
  ['TB-3025', 'Linen napkins, set of 4', 3200, LINENS],
  ['TB-3026', 'Linen tablecloth 150 x 250', 8900, LINENS],
  ['TB-3033', 'Cutlery, 24 pieces', 11900, { STL: 'steel', BRS: 'brass' }],
  ['HM-4001', 'Wool throw 130 x 180', 9900, LINENS],
  ['HM-4005', 'Cushion cover 50 x 50', 2790, LINENS],
  ['HM-4012', 'Waffle towel 70 x 140', 3450, LINENS],
  ['HM-4013', 'Waffle hand towel', 1690, LINENS],
  ['HM-4020', 'Beeswax candles, pair', 1290, ONE],
  ['HM-4024', 'Reading lamp', 8450, { BLK: 'black', BRS: 'brass' }],
  ['HM-4029', 'Wall hooks, row of 5', 4290, WOODS],
  ['HM-4033', 'Laundry basket', 5900, SIZES],
  ['HM-4037', 'Storage crate', 2390, SIZES],
  ['HM-4042', 'Picture frame 30 x 40', 2990, WOODS],
  ['HM-4048', 'Door mat, coir', 2450, ONE],
  ['GD-5002', 'Terracotta pot', 1290, SIZES],
  ['GD-5007', 'Secateurs', 3850, ONE],
  ['GD-5011', 'Watering can 5 l', 4490, { GRN: 'green', ZNC: 'zinc' }],
  ['GD-5016', 'Herb seeds, 6 kinds', 1450, ONE],
  ['GD-5021', 'Garden gloves', 1790, SIZES],
  ['OD-6004', 'Insulated bottle 0.75 l', 3290, { BLK: 'black', SND: 'sand', FIR: 'fir' }],
  ['OD-6009', 'Lunch box, two tiers', 2890, ONE],
  ['OD-6013', 'Canvas day pack 18 l', 7900, { SND: 'sand', FIR: 'fir' }],
  ['OD-6018', 'Picnic blanket', 5450, ONE],
  ['OD-6025', 'Folding knife', 4390, WOODS],
  ['OD-6030', 'Rechargeable lantern', 4990, ONE],
];
