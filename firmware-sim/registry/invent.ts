import type { CalendarFile, HallFile, SettingsFile, StandardsFile } from '../../server/contracts/registry.ts';

export interface Registry {
  settings: SettingsFile;
  standards: StandardsFile;
  calendar: CalendarFile;
  halls: HallFile[];
}

const hallsPerRegion = 50;
const types: HallFile['type'][] = ['flagship', 'sales', 'strategic', 'sales', 'strategic'];
const owners: HallFile['ownership'][] = ['own', 'partnered', 'outsourced', 'own'];

/** How large a hall of each type is. */
const sizes: Record<HallFile['type'], { capacity: number; doors: number; desks: string[][]; terminals: number }> = {
  flagship: {
    capacity: 60,
    doors: 2,
    desks: [
      ['general'],
      ['general'],
      ['general', 'payment'],
      ['payment', 'general'],
      ['general'],
      ['device-sales'],
      ['vip', 'general'],
    ],
    terminals: 8,
  },
  sales: {
    capacity: 40,
    doors: 1,
    desks: [['general'], ['general'], ['device-sales'], ['device-sales', 'general']],
    terminals: 3,
  },
  strategic: {
    capacity: 30,
    doors: 1,
    desks: [['general', 'payment'], ['payment', 'general'], ['general']],
    terminals: 3,
  },
};

const services: HallFile['services'] = [
  { id: 'general', letter: 'A', name: { 'zh-CN': '综合业务', en: 'General' } },
  { id: 'payment', letter: 'P', name: { 'zh-CN': '缴费', en: 'Payment' } },
  { id: 'vip', letter: 'V', name: { 'zh-CN': 'VIP', en: 'VIP' } },
  { id: 'device-sales', letter: 'S', name: { 'zh-CN': '手机销售', en: 'Phone sales' } },
];

type Terminal = Pick<HallFile['terminals'][number], 'type' | 'name' | 'does' | 'accepts'>;
const terminals: Terminal[] = [
  {
    type: 'payment-kiosk',
    name: { 'zh-CN': '缴费机 1', en: 'Payment 1' },
    does: ['pay'],
    accepts: ['cash', 'card', 'code'],
  },
  { type: 'payment-kiosk', name: { 'zh-CN': '缴费机 2', en: 'Payment 2' }, does: ['pay'], accepts: ['card', 'code'] },
  { type: 'invoice-printer', name: { 'zh-CN': '发票打印机', en: 'Invoices' }, does: ['print-invoice'] },
  { type: 'statement-printer', name: { 'zh-CN': '清单打印', en: 'Statements' }, does: ['print-statement'] },
  { type: 'sim-vending', name: { 'zh-CN': '售卡机', en: 'SIM vending' }, does: ['get-sim'], accepts: ['card', 'code'] },
  { type: 'query-kiosk', name: { 'zh-CN': '查询机', en: 'Query' }, does: ['query'] },
  { type: 'payment-kiosk', name: { 'zh-CN': '缴费机 3', en: 'Payment 3' }, does: ['pay'], accepts: ['code'] },
  { type: 'experience-terminal', name: { 'zh-CN': '体验终端', en: 'Experience' }, does: ['try'] },
];

/** A registry of `count` halls of mixed types, in regions of up to 50: the same for the same count. */
export function inventRegistry(count: number): Registry {
  const regions = Array.from({ length: Math.ceil(count / hallsPerRegion) }, (_, i) => ({
    id: regionId(i),
    name: { 'zh-CN': `第 ${i + 1} 分公司`, en: `Branch ${i + 1}` },
  }));
  return {
    settings: { regions, tiers: [{ id: 'gold', name: { 'zh-CN': '金卡', en: 'Gold' } }] },
    standards: {
      defaults: {
        all: { waitLimitMin: 15, targetShare: 0.95, waitCareMin: 10, noShowMin: 3, workingTerminalsMin: 2 },
        services: { vip: { waitLimitMin: 5, waitCareMin: 3 } },
      },
    },
    calendar: { days: [] },
    halls: Array.from({ length: count }, (_, i) => inventHall(i)),
  };
}

function inventHall(i: number): HallFile {
  const id = `h${String(i + 1).padStart(4, '0')}`;
  const type = types[i % types.length] ?? 'sales';
  const size = sizes[type];
  const used = new Set(size.desks.flat());
  return {
    id,
    region: regionId(Math.floor(i / hallsPerRegion)),
    name: { 'zh-CN': `第 ${i + 1} 营业厅`, en: `Hall ${i + 1}` },
    type,
    ownership: owners[i % owners.length] ?? 'own',
    timeZone: 'Asia/Shanghai',
    capacity: size.capacity,
    hours: type === 'sales' ? '09:00-19:00' : '08:30-17:30',
    emptyAt: '04:00',
    zones: [
      { id: 'business', kind: 'business', name: { 'zh-CN': '业务受理区', en: 'Service desks' } },
      { id: 'self-service', kind: 'self-service', name: { 'zh-CN': '自助服务区', en: 'Self-service' } },
    ],
    doors: Array.from({ length: size.doors }, (_, n) => ({
      id: `${id}-door-${n + 1}`,
      zone: 'business',
      name: { 'zh-CN': `${n + 1} 号门`, en: `Door ${n + 1}` },
    })),
    queueMachines: [{ id: `${id}-queue`, zone: 'business', name: { 'zh-CN': '排队叫号机', en: 'Queue machine' } }],
    services: services.filter((service) => used.has(service.id)),
    desks: size.desks.map((serves, n) => ({ id: `desk-${n + 1}`, label: `${n + 1}`, zone: 'business', serves })),
    terminals: terminals
      .slice(0, size.terminals)
      .map((terminal, n) => ({ ...terminal, id: `${id}-terminal-${n + 1}`, zone: 'self-service' })),
  };
}

function regionId(i: number): string {
  return `region-${String(i + 1).padStart(2, '0')}`;
}
