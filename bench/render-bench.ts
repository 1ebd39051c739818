/** A bench's document as a table. */
import Table from 'cli-table3';
import type { BenchDocument } from './bench.ts';

export function renderBench(document: BenchDocument): string {
  const table = new Table({ head: ['', 'ours', 'peers', 'ratio', 'aim', 'met'], style: { head: [], border: [] } });
  for (const { name, unit, ours, against, without = {}, ratio, aim, met } of document.results) {
    const peers = [
      ...Object.entries(against).map(([peer, value]) => `${peer}: ${amount(value, unit)}`),
      ...Object.entries(without).map(([peer, reason]) => `${peer}: ${reason}`),
    ];
    table.push([
      name,
      amount(ours, unit),
      peers.join('\n') || '-',
      ratio === null ? '-' : `${ratio.toFixed(ratio < 10 ? 1 : 0)}x`,
      aim ?? '-',
      met === null ? '-' : met ? 'yes' : 'no',
    ]);
  }
  const machine = Object.entries(document.machine).map(([name, value]) => `${name} ${value}`);
  return `${document.bench}, ${document.date}, ${machine.join(', ')}\n${table.toString()}\n`;
}

function amount(value: number, unit: string): string {
  return `${Number(value.toPrecision(3))} ${unit}`;
}
