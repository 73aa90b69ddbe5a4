import { expect, test } from './app';

test('the app opens without its token in the address, isolated from other origins', async ({ app }) => {
  await expect(app).toHaveTitle(/Wiregrad/);
  expect(new URL(app.url()).search).toBe('');
  expect(await app.evaluate(() => crossOriginIsolated)).toBe(true);
  await expect(app.locator('body')).not.toBeEmpty();
});
