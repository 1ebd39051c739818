/** The child process that owns ts-morph: takes one rename request, answers it, and ends. */
import { rename } from './rename.ts';
import { RenameRequest } from './rename-message.ts';

process.once('message', (message) => {
  process.send?.(rename(RenameRequest.parse(message)), () => process.disconnect?.());
});
