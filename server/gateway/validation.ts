/** Checks what comes in from outside and says in plain English which fields are wrong. */
import type * as z from 'zod/mini';
import { config } from 'zod/mini';
import en from 'zod/v4/locales/en.js';
import type { FieldIssue } from '#protocol/errors.ts';

// The dashboard's bundle goes without zod's messages; a server can afford to say what is wrong.
config(en());

export function fieldIssues(error: z.core.$ZodError): FieldIssue[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map(String).join('.');
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ path: path ? `${path}.${key}` : key, message: 'unknown field' }));
    }
    return [{ path, message: issue.message.replace(/^Invalid input: /, '') }];
  });
}

/** `price: expected number, received string; side: …` */
export function describeIssues(issues: readonly FieldIssue[]): string {
  return issues.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ');
}
