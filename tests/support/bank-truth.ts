/** What one day of the bank's record must come to, whoever counts it. */
export interface BankTruth {
  issued: number;
  called: number;
  served: number;
  cancelled: number;
  /** The largest number waiting, read at the end of each second. */
  maxWaiting: number;
}

const daySeconds = 86_400;

/**
 * Counts one date of the bank's record straight from its columns, by the rules of SEMANTICS Q5 and by nothing of the
 * simulator: only what happens within the local day counts, and the waiting carry nothing over from the day before.
 */
export function bankTruth(csv: string, date: string): BankTruth {
  const truth = { issued: 0, called: 0, served: 0, cancelled: 0, maxWaiting: 0 };
  const change = new Array<number>(daySeconds).fill(0);
  const count = (what: 'issued' | 'called' | 'served' | 'cancelled', second: number, waiting: number) => {
    if (second >= daySeconds) return;
    truth[what] += 1;
    change[second] = (change[second] ?? 0) + waiting;
  };
  const customers = customersOf(csv, date);
  const deskFreeAt = new Map<string, number>();
  // Array.sort is stable: customers whose turn came in the same second stay in the record's order.
  for (const customer of customers.sort((a, b) => a.turn - b.turn)) {
    count('issued', customer.arrived, 1);
    if (customer.gaveUp) {
      count('cancelled', customer.turn, -1);
      continue;
    }
    const free = customer.desk === 'NO_SERVER' ? undefined : deskFreeAt.get(customer.desk);
    const overlap = free === undefined ? 0 : free - customer.turn;
    const start = overlap > 0 && overlap <= 5 ? customer.turn + overlap : customer.turn;
    const end = customer.end === null ? start + customer.length : Math.max(start, customer.end);
    if (customer.desk !== 'NO_SERVER') deskFreeAt.set(customer.desk, end);
    count('called', start, -1);
    count('served', end, 0);
  }
  let waiting = 0;
  for (const difference of change) {
    waiting += difference;
    truth.maxWaiting = Math.max(truth.maxWaiting, waiting);
  }
  return truth;
}

interface Customer {
  arrived: number;
  turn: number;
  end: number | null;
  length: number;
  desk: string;
  gaveUp: boolean;
}

function customersOf(csv: string, date: string): Customer[] {
  const [header = '', ...lines] = csv.trim().split('\n');
  const names = header.trim().split(',');
  const customers: Customer[] = [];
  for (const line of lines) {
    const fields = line.trim().split(',');
    const of = (name: string) => fields[names.indexOf(name)] ?? '';
    if (of('date') !== date || of('outcome') === 'PHANTOM') continue;
    const arrived = Number(of('arrived_s'));
    const time = (name: string) => {
      if (of(name) === '') return null;
      const second = Number(of(name));
      return arrived - second > 12 * 3600 ? second + daySeconds : second;
    };
    customers.push({
      arrived,
      turn: time('queued_to_s') ?? arrived,
      end: time('served_to_s'),
      length: Number(of('service_s')),
      desk: of('desk'),
      gaveUp: of('outcome') === 'HANG',
    });
  }
  return customers;
}
