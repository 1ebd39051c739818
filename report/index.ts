/** Turns a report's document into text. Sees only nouns of contracts/. */
export { renderRegrade } from './regrade-table.ts';
export { type ReportFormat, renderReport } from './render-report.ts';
export { renderRunList } from './terminal.ts';
export { renderTestReport } from './test-report.ts';
