/** The process that reads one change for security, hands over what it found, and ends. */
import { answerParent } from '../answer-parent.ts';
import { findSecurityFindings } from './find-security-findings.ts';
import { type PackedChange, unpack } from './packed-change.ts';

answerParent((packed: PackedChange) => findSecurityFindings(unpack(packed)));
