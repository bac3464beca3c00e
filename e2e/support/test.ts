/** Playwright's `test`, with desks: signed-in pages that must never say anything on the console. */
import { type BrowserContextOptions, test as base, expect, type Locator, type Page } from '@playwright/test';
import type { Role } from './api.ts';
import { Engine, type EngineOptions } from './engine.ts';
import { Stage, users } from './stage.ts';

export interface DeskOptions extends BrowserContextOptions {
  /** Signs in by password first; left out: a stranger's page. */
  readonly role?: Role;
  /** `null`: stays blank. */
  readonly path?: string | null;
}

interface Fixtures {
  /** Console errors that belong to what a test does. */
  readonly tolerated: readonly RegExp[];
  /** An engine for this test alone, gone after its pages; `setStage`: with users. */
  readonly startEngine: (options?: EngineOptions) => Promise<Engine>;
  readonly setStage: (options?: EngineOptions) => Promise<Stage>;
  /** Opens the dashboard in a browser profile of its own. */
  readonly openDesk: (url: string, options?: DeskOptions) => Promise<Page>;
}

/** Errors, exceptions and breaches of the page's policy. */
function watch(page: Page, problems: string[]): void {
  page.on('pageerror', (error) => problems.push(`exception: ${error.stack ?? error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()} (${message.location().url})`);
  });
}

export async function signInByPassword(page: Page, url: string, role: Role): Promise<void> {
  const answer = await page.context().request.post(`${url}/api/v2/auth/login`, { data: users[role] });
  expect(answer.ok(), await answer.text()).toBe(true);
}

export const test = base.extend<Fixtures>({
  tolerated: [[], { option: true }],
  startEngine: async ({ playwright: _playwright }, provide) => {
    const engines: Engine[] = [];
    await provide(async (options) => {
      const engine = await Engine.start(options);
      engines.push(engine);
      return engine;
    });
    for (const engine of engines) await engine.dispose();
  },
  setStage: async ({ startEngine }, provide) => {
    const stages: Stage[] = [];
    await provide(async (options) => {
      const stage = await Stage.of(await startEngine(options));
      stages.push(stage);
      return stage;
    });
    for (const { api } of stages) api.close();
  },
  // Asks for `startEngine` only to be torn down before it.
  openDesk: async ({ browser, startEngine: _before, tolerated, contextOptions, viewport, locale }, provide) => {
    const problems: string[] = [];
    const contexts: { close(): Promise<void> }[] = [];
    await provide(async (url, { role, path = '/', ...options } = {}) => {
      const context = await browser.newContext({ ...contextOptions, viewport, locale: locale ?? 'en', ...options });
      contexts.push(context);
      const page = await context.newPage();
      watch(page, problems);
      if (role) await signInByPassword(page, url, role);
      if (path !== null) await page.goto(`${url}${path}`);
      return page;
    });
    for (const context of contexts) await context.close();
    expect(problems.filter((problem) => !tolerated.some((known) => known.test(problem)))).toEqual([]);
  },
});

/** The dialog that is open; toasts are dialogs too, but not modal. */
export const modal = (page: Page): Locator => page.getByRole('dialog').and(page.locator(':not([aria-modal="false"])'));

export { expect, type Locator, type Page };
