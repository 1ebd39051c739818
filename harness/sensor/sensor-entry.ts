/** The process that keeps one tree's architecture warm, and says what it looks like when it is asked. */
import { answerParent } from '../answer-parent.ts';
import { sense } from './sense.ts';

answerParent(sense());
