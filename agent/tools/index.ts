/** The tools of the model agent, in the order the model is told about them. The list is fixed, so that endpoints can cache it. */
import { editFile } from './edit-file.ts';
import { readFile } from './read-file.ts';
import { renameSymbol } from './rename-symbol.ts';
import { runCommand } from './run-command.ts';
import { runTests } from './run-tests.ts';
import { searchText } from './search-text.ts';
import { submit } from './submit.ts';
import type { Tool } from './tool.ts';
import { writeFile } from './write-file.ts';

export type { Tool, ToolContext, ToolResult } from './tool.ts';

export const TOOLS: readonly Tool[] = [runCommand, readFile, searchText, editFile, writeFile, renameSymbol, runTests, submit];
