import type { terminalTypes } from '../../server/contracts/names.ts';

/** What can fail: a type of terminal, or another kind of device. */
export type MachineType = (typeof terminalTypes)[number] | 'door' | 'queue';

interface FaultSpec {
  /** How often it happens to a machine of each type, a day in which it can be used. */
  perDay: Partial<Record<MachineType, number>>;
  /** Mean minutes until it is put right. */
  repairMin: number;
  /** Who must be in the hall for that; what others put right happens at any hour. */
  by: 'hall' | 'vendor' | 'others';
  /** Only where the terminal accepts this. */
  needs?: 'cash' | 'card';
}

const printers = (kiosk: number, printer: number): FaultSpec['perDay'] => ({
  'payment-kiosk': kiosk,
  'statement-printer': printer,
  'invoice-printer': printer,
});
const everyTerminal = (rate: number): FaultSpec['perDay'] => ({
  ...printers(rate, rate),
  'query-kiosk': rate,
  'sim-vending': rate,
  'online-pc': rate,
  'experience-terminal': rate,
});

const specs = {
  'paper-jam': { perDay: printers(0.045, 0.13), repairMin: 14, by: 'hall' },
  cutter: { perDay: printers(0.006, 0.015), repairMin: 150, by: 'vendor' },
  'banknote-reader': { perDay: { 'payment-kiosk': 0.045 }, repairMin: 120, by: 'vendor', needs: 'cash' },
  'card-reader': {
    perDay: { 'payment-kiosk': 0.02, 'sim-vending': 0.02 },
    repairMin: 150,
    by: 'vendor',
    needs: 'card',
  },
  /** The application hangs: the machine says nothing more, its status included, while its connection stays up. */
  frozen: { perDay: everyTerminal(0.022), repairMin: 25, by: 'hall' },
  /** It says that it is in service, and no payment goes through. */
  'payments-fail': { perDay: { 'payment-kiosk': 0.02 }, repairMin: 45, by: 'others' },
  hardware: { perDay: everyTerminal(0.007), repairMin: 210, by: 'vendor' },
  power: { perDay: { ...everyTerminal(0.007), door: 0.003, queue: 0.003 }, repairMin: 16, by: 'hall' },
  network: { perDay: { ...everyTerminal(0.018), door: 0.018, queue: 0.018 }, repairMin: 30, by: 'others' },
  /** No fault, though it reads as one: staff open the cabinet to look. */
  opened: { perDay: everyTerminal(0.08), repairMin: 2, by: 'hall' },
} as const satisfies Record<string, FaultSpec>;

/** What strikes by chance. */
export type FaultKind = keyof typeof specs;
/** What comes of use: supplies run out, a cash unit fills up. */
export type StockFault = 'paper-out' | 'toner-out' | 'cards-out' | 'cash-full';

export const faultKinds = Object.keys(specs) as FaultKind[];

export function faultSpec(kind: FaultKind): FaultSpec {
  return specs[kind];
}
