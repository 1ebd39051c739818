/** The texts a model is given before its first turn. */
import { readFileSync } from 'node:fs';
import type { AgentRequest } from '#contracts';

/** Who the agent is, and how it should work: the same for every milestone, so that endpoints can cache it. */
export const systemPrompt = readFileSync(new URL('./system.md', import.meta.url), 'utf8').trim();

const milestoneTemplate = readFileSync(new URL('./milestone.md', import.meta.url), 'utf8').trim();

/** One requested change, in Markdown. */
export function milestonePrompt(request: AgentRequest): string {
  const values: Record<string, string> = {
    title: request.title,
    request: request.request.trim(),
    interface: renderInterface(request.interface),
  };
  // One pass: a request that itself contains `{{interface}}` stays as it was written.
  return milestoneTemplate.replace(/\{\{(\w+)\}\}/g, (placeholder, name: string) => values[name] ?? placeholder).trim();
}

function renderInterface(entries: AgentRequest['interface']): string {
  if (entries.length === 0) return '';
  const items = entries.map(({ name, path, signature }) => `- \`${name}\` in \`${path}\`:\n\n  \`\`\`ts\n${indent(signature)}\n  \`\`\``);
  return `## Interface\n\nTests use these names. Declare each one in the named file, exactly as written here.\n\n${items.join('\n\n')}`;
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}
