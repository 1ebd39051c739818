/** Turns a report's document into text. Sees only nouns of contracts/. */
export { renderCalibration } from './calibration.ts';
export { renderCheck } from './check-terminal.ts';
export { renderGuard } from './guard.ts';
export { renderHtml } from './html.ts';
export { renderRegrade } from './regrade-table.ts';
export { type ReportFormat, renderReport } from './render-report.ts';
export { renderSarif } from './sarif.ts';
export { renderSvg } from './svg.ts';
export { renderRunList } from './terminal.ts';
export { renderTestReport } from './test-report.ts';
