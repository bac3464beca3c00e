import { users } from './support/stage.ts';
import { expect, test, type Page } from './support/test.ts';

// A stranger's page asks for a token and is told that there is none.
test.use({ tolerated: [/status of 401/] });

const isSignedIn = (page: Page) => expect(page.getByRole('button', { name: 'Kill switch' })).toBeVisible();
const isAtTheDoor = (page: Page) => expect(page.getByLabel('Password', { exact: true })).toBeVisible();

test('the link of a first start signs in once, and the browser stays signed in', async ({ startEngine, openDesk }) => {
  const { signInLink } = await startEngine();
  const { pathname, search, origin } = new URL(signInLink);
  const page = await openDesk(origin, { path: `${pathname}${search}` });
  await isSignedIn(page);
  // The token does not stay in the address.
  await expect(page).not.toHaveURL(/token=/);
  await page.reload();
  await isSignedIn(page);

  const other = await openDesk(origin, { path: `${pathname}${search}` });
  await isAtTheDoor(other);
});

test('by password; a wrong one is refused; the page asked for comes after', async ({ setStage, openDesk }) => {
  const stage = await setStage();
  const page = await openDesk(stage.engine.url, { path: '/settings' });
  await isAtTheDoor(page);
  await page.getByLabel('User name').fill(users.trader.user);
  await page.getByLabel('Password', { exact: true }).fill('not this one');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toContainText(/wrong/i);
  await page.getByLabel('Password', { exact: true }).fill(users.trader.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await isSignedIn(page);
  await expect(page).toHaveURL(/\/settings/);
});

test('Z8, Z20: a session that has ended goes to sign-in and comes back to the same page', async ({
  setStage,
  openDesk,
}) => {
  const stage = await setStage();
  const page = await openDesk(stage.engine.url, { role: 'trader', path: '/grids/new' });
  const investment = page.getByLabel('Investment', { exact: true });
  await investment.fill('4321');
  const { sessions } = await stage.api.command<{ sessions: { id: string; user: string }[] }>('session.list');
  for (const { id, user } of sessions) {
    if (user === users.trader.user) await stage.api.command('session.revoke', { id });
  }
  await isAtTheDoor(page);
  await page.getByLabel('User name').fill(users.trader.user);
  await page.getByLabel('Password', { exact: true }).fill(users.trader.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(/\/grids\/new/);
  await expect(page.getByLabel('Investment', { exact: true })).toHaveValue('4321');
});

test('Z7: a viewer sees everything and can change nothing', async ({ setStage, openDesk }) => {
  const stage = await setStage();
  const page = await openDesk(stage.engine.url, { role: 'viewer', path: '/grids/new' });
  await expect(page.getByRole('button', { name: 'Kill switch' })).toBeDisabled();
  await expect(page.getByRole('button', { name: 'Start grid' })).toBeDisabled();
});
