/** Says in plain words what a zod schema missed. */
import { z } from 'zod';

/** The first issue as `<field>: <what is wrong>`; the field is left out when the whole value is meant. */
export function describeIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return 'is invalid';
  const field = z.core.toDotPath(issue.path);
  const missing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
  const words = missing ? 'is missing' : issue.message;
  return field === '' ? words : `${field}: ${words}`;
}
