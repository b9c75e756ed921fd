import { isAbsolute } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig, settingsHelp, unknownSettings } from './config.js';

describe('settings', () => {
  it('have defaults, and the command line goes before the environment', () => {
    const config = readConfig({ HEADGATE_PORT: '4500', HEADGATE_DATA: 'here', DATABASE_URL: '' }, { port: '4600' });
    expect(config).toMatchObject({ port: 4600, host: '127.0.0.1', mode: 'all', demo: true, databaseUrl: undefined });
    expect(isAbsolute(config.dataFolder)).toBe(true);
  });

  it('are all checked before anything starts, each wrong one named with what was expected', () => {
    const wrong = {
      HEADGATE_PORT: '70000',
      HEADGATE_MODE: 'both',
      DATABASE_URL: 'mysql://me:geheim@db/shop',
      HEADGATE_SECRET: 'geheim',
    };
    expect(() => readConfig(wrong)).toThrow(/HEADGATE_PORT is "70000": expected a whole number from 0 to 65535/);
    expect(() => readConfig(wrong)).toThrow(/HEADGATE_MODE is "both": expected all, gateway or worker/);
    expect(() => readConfig(wrong)).toThrow(/DATABASE_URL: expected an address that begins with postgres:\/\//);
    expect(() => readConfig(wrong)).toThrow(/HEADGATE_SECRET: expected 32 bytes in base64/);
    expect(() => readConfig(wrong)).not.toThrow(/geheim/);
  });

  it('that are misspelt are noticed', () => {
    expect(unknownSettings({ HEADGATE_PROT: '1', HEADGATE_PORT: '1', HEADGATE_SAMPLES: 'x', PATH: 'x' })).toEqual([
      'HEADGATE_PROT',
    ]);
  });

  it('are each told by the help, with their defaults', () => {
    expect(settingsHelp()).toMatch(/HEADGATE_PORT +port of the gateway; 0 takes any free one \(4000\)/);
    expect(settingsHelp()).toContain('REDIS_URL');
  });
});
