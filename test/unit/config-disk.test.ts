import { fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  loadConfig,
  readEnvironment,
  resolveDevelopmentSecret,
  type ConfigurationError,
} from '../../src/config';

describe('on the disk', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'config-test-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  describe('resolveDevelopmentSecret', () => {
    it('should make 256 bits once, for the owner only', () => {
      const dataDir = path.join(directory, 'data');
      const first = resolveDevelopmentSecret(dataDir);
      expect(first).toMatch(/^[0-9a-f]{64}$/);
      expect(resolveDevelopmentSecret(dataDir)).toBe(first);
      expect(statSync(dataDir).mode & 0o777).toBe(0o700);
      expect(statSync(path.join(dataDir, 'jwt-secret')).mode & 0o777).toBe(0o600);
      expect(readdirSync(dataDir)).toEqual(['jwt-secret']);
    });

    it('should serve as the key of a development environment', () => {
      const config = loadConfig({ DATA_DIR: directory });
      expect(config.jwt.secret).toBe(readFileSync(path.join(directory, 'jwt-secret'), 'utf8').trim());
    });

    it.each(['', 'abc', 'g'.repeat(64)])(
      'should refuse a damaged file (%j) without showing it',
      (content) => {
        writeFileSync(path.join(directory, 'jwt-secret'), content);
        expect(() => resolveDevelopmentSecret(directory)).toThrow(/jwt-secret is damaged: delete that file/);
        expect(readFileSync(path.join(directory, 'jwt-secret'), 'utf8')).toBe(content);
      },
    );

    it('should explain a directory that cannot be used', () => {
      writeFileSync(path.join(directory, 'file'), '');
      expect(() => resolveDevelopmentSecret(path.join(directory, 'file'))).toThrow(
        /DATA_DIR must be a writable directory/,
      );
    });

    it('should give all of several processes that start together the same key', async () => {
      const starter = path.join(directory, 'starter.js');
      const dataDir = path.join(directory, 'data');
      writeFileSync(starter, starterSource(dataDir));
      const keys = await Promise.all(Array.from({ length: 4 }, () => answerOf(starter)));
      expect(new Set(keys)).toEqual(new Set([resolveDevelopmentSecret(dataDir)]));
      expect(readdirSync(dataDir)).toEqual(['jwt-secret']);
    });
  });

  describe('readEnvironment', () => {
    const before = { ...process.env };
    beforeEach(() => {
      process.env = {};
    });
    afterEach(() => {
      process.env = before;
    });

    it('should do without a file', () => {
      process.env = { PORT: '1' };
      expect(readEnvironment(directory).PORT).toBe('1');
    });

    it('should read a .env as the old documents write it', () => {
      const lines = [
        'LOG_FORMAT=text  # json or text',
        'DEBUG=True',
        'CORS_ORIGINS=["http://localhost:3000", "https://example.com"]',
        '',
        '# JWT',
        'APP_NAME=Auth System',
      ];
      writeFileSync(path.join(directory, '.env'), lines.join('\n'));
      const config = loadConfig(readEnvironment(directory), () => 'generated');
      expect(config.logging).toMatchObject({ format: 'text', level: 'debug' });
      expect(config.http.corsOrigins).toEqual(['http://localhost:3000', 'https://example.com']);
      expect(config.serviceName).toBe('Auth System');
    });

    it('should let real variables win, under each of their names', () => {
      writeFileSync(
        path.join(directory, '.env'),
        'PORT=1\nENVIRONMENT=production\nAPP_NAME=file\nLOG_FILE=x\nDB_POOL_MAX=7\nOTHER=file',
      );
      process.env = { PORT: '2', NODE_ENV: 'test', SERVICE_NAME: '', LOG_FILE: '', OTHER: 'real' };
      const env = readEnvironment(directory);
      expect(loadConfig(env, () => 'generated')).toMatchObject({
        environment: 'test',
        serviceName: 'file',
        http: { port: 2 },
        logging: { file: undefined },
      });
      expect(env).toMatchObject({ DB_POOL_MAX: '7', OTHER: 'real' });
    });

    describe('secrets in files', () => {
      const secret = 'Zk3-9wQ!x7Lr2Vb8Nm5Tc1Hd6Jf4Gs0P';
      const file = (name: string, text: string): string => {
        writeFileSync(path.join(directory, name), text);
        return path.join(directory, name);
      };

      it('should be read without the line end, under each name of the variable', () => {
        process.env = { SECRET_KEY_FILE: file('jwt', `${secret}\n`), DB_PASS_FILE: file('db', ' p w ') };
        const env = readEnvironment(directory);
        const { DB_PASS, ...others } = env;
        expect(loadConfig(others).jwt.secret).toBe(secret);
        expect(DB_PASS).toBe(' p w ');
      });

      it('should win over a .env as other real variables do', () => {
        file('.env', 'JWT_SECRET_KEY=another-secret-of-thirty-two-characters');
        process.env = { JWT_SECRET_KEY_FILE: file('jwt', secret) };
        expect(loadConfig(readEnvironment(directory)).jwt.secret).toBe(secret);
      });

      it('should be told one by one where they cannot be read, are empty, or are given twice', () => {
        process.env = {
          JWT_SECRET_KEY: secret,
          JWT_SECRET_KEY_FILE: file('jwt', secret),
          MAIL_PASSWORD_FILE: path.join(directory, 'none'),
          REDIS_URL_FILE: file('redis', '\n'),
        };
        const told = (): string[] => {
          try {
            readEnvironment(directory);
          } catch (error) {
            return (error as ConfigurationError).problems.map(({ variable, rule }) => `${variable} ${rule}`);
          }
          return [];
        };
        expect(told()).toEqual([
          'JWT_SECRET_KEY and JWT_SECRET_KEY_FILE are both set: keep one',
          'MAIL_PASSWORD_FILE must be the path of a file that can be read and is not empty',
          'REDIS_URL_FILE must be the path of a file that can be read and is not empty',
        ]);
      });
    });

    it('should explain a .env that cannot be read', () => {
      mkdirSync(path.join(directory, '.env'));
      expect(() => readEnvironment(directory)).toThrow(/\.env must be a readable file/);
    });
  });
});

/** A process that compiles the module on the fly, as the tests do, and sends the key it gets. */
function starterSource(dataDir: string): string {
  return `
    const { transformSync } = require(${JSON.stringify(require.resolve('@swc/core'))});
    const { readFileSync } = require('node:fs');
    require.extensions['.ts'] = (module, file) =>
      module._compile(transformSync(readFileSync(file, 'utf8'), {
        filename: file, swcrc: false, module: { type: 'commonjs' }, jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
      }).code, file);
    const { resolveDevelopmentSecret } = require(${JSON.stringify(path.resolve(__dirname, '../../src/config/development-secret.ts'))});
    process.send('ready');
    process.once('message', () => process.send(resolveDevelopmentSecret(${JSON.stringify(dataDir)}), () => process.disconnect()));
  `;
}

function answerOf(script: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const child = fork(script, { execArgv: [] });
    child.on('message', (message) => (message === 'ready' ? child.send('go') : resolve(message)));
    child.on('exit', (code) => reject(new Error(`exit code ${code}`)));
  });
}
