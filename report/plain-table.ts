/** A table without colours of its own. */
import Table from 'cli-table3';

export function plainTable(head: string[]): InstanceType<typeof Table> {
  return new Table({ head, style: { head: [], border: [], compact: true } });
}
