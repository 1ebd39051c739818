/** The process that compares the tests of one change, hands over what it found, and ends. */
import { answerParent } from '../answer-parent.ts';
import { compareTests } from './compare-tests.ts';

answerParent(compareTests);
