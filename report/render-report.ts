/** A run's report in one of its forms. */
import type { RunReport } from '#contracts';
import { renderTerminal } from './terminal.ts';

export type ReportFormat = 'terminal' | 'json';

/**
 * @param stream where the text will be written: colours only where it is a terminal that wants them.
 * @returns text that ends with a line break.
 */
export function renderReport(report: RunReport, format: ReportFormat, stream: NodeJS.WritableStream): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(report)}\n`;
    case 'terminal':
      return renderTerminal(report, stream);
  }
}
