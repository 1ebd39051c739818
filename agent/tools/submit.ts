/** Ends the milestone. */
import { z } from 'zod';
import { defineTool } from './tool.ts';

export const submit = defineTool({
  name: 'submit',
  description: 'End your work on this change. The tree as it stands is your answer.',
  input: z.strictObject({
    summary: z
      .string()
      .min(1)
      .describe('What you changed and decided, in a few sentences. Begin with BLOCKED: if the request cannot be met.'),
  }),
  async execute({ summary }) {
    return { status: 'ok', text: 'submitted', ending: { kind: 'submitted', summary } };
  },
});
