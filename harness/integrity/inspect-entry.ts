/** The process that inspects one change, hands over what it found, and ends. */
import { answerParent } from '../answer-parent.ts';
import { findIntegrityFindings } from './find-integrity-findings.ts';

answerParent(findIntegrityFindings);
