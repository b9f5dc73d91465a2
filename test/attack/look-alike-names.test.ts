import { refusal, rest, type RestAnswer } from '../support/rest';
import { useApp } from '../support/test-app';

const app = useApp();
const PASSWORD = 'securepassword';

const register = (login: string): Promise<RestAnswer> =>
  rest(app, 'POST /api/register', { json: { login, password: PASSWORD } });

beforeAll(() => register('paypal'));

describe('a login of family session that looks like "paypal"', () => {
  // prettier-ignore
  it.each([
    ['a zero-width space', 'pay\u200bpal'],
    ['a zero-width joiner', 'pay\u200dpal'],
    ['a zero-width non-joiner', 'pay\u200cpal'],
    ['a word joiner', 'pay\u2060pal'],
    ['a byte order mark', 'pay\ufeffpal'],
    ['a byte order mark in front', '\ufeffpaypal'],
    ['a soft hyphen', 'pay\u00adpal'],
    ['a combining grapheme joiner', 'pay\u034fpal'],
    ['a Hangul filler', 'paypal\u3164'],
    ['a half-width Hangul filler', 'paypal\uffa0'],
    ['a Khmer inherent vowel', 'pay\u17b4pal'],
    ['a Mongolian vowel separator', 'pay\u180epal'],
    ['a variation selector', 'paypal\ufe0f'],
    ['a variation selector of the supplement', 'paypal\u{e0100}'],
    ['a tag', 'paypal\u{e0041}'],
    ['a right-to-left override', '\u202elapyap'],
    ['a left-to-right mark', 'paypal\u200e'],
    ['a right-to-left mark', 'paypal\u200f'],
    ['an Arabic letter mark', 'paypal\u061c'],
    ['an isolate', '\u2066paypal\u2069'],
    ['an embedding', '\u202apaypal\u202c'],
    ['a line separator', 'pay\u2028pal'],
    ['an interlinear annotation', 'pay\ufff9pal'],
    ['a private character', 'pay\ue000pal'],
    ['a character that does not exist', 'pay\u0378pal'],
  ])('should be refused for what nobody sees: %s', async (_name, login) => {
    const answer = await register(login);
    expect(refusal(answer)).toEqual([422, 'INVALID_INPUT']);
    expect((answer.body as { details: unknown }).details).toEqual([
      { field: 'login', message: 'contains characters that are not allowed' },
    ]);
  });

  // prettier-ignore
  it.each([
    ['one Cyrillic letter', 'p\u0430ypal'],
    ['all but one Cyrillic', '\u0440\u0430\u0443\u0440\u0430l'],
    ['one Greek letter', 'payp\u03b1l'],
    ['an Armenian letter', 'pa\u0585pal'],
    ['a Cherokee letter', 'pay\u13a1pal'],
    ['a Coptic letter', 'pay\u2c9fpal'],
    ['Greek and Cyrillic', '\u03c1\u0430\u03b3'],
    ['Cyrillic and Han', '\u0430\u6f22\u5b57'],
    ['Hebrew and Arabic', '\u05d0\u0628\u05d1'],
    ['Hangul and Hiragana', '\ud55c\u3042\uae00'],
    ['Bopomofo and Hangul', '\u3105\ud55c\uae00'],
    ['Latin and Devanagari', 'pay\u092a\u093epal'],
    ['a Lisu letter among Latin ones', 'P\ua4e5YPAL'],
  ])('should be refused for letters of several scripts: %s', async (_name, login) => {
    const answer = await register(login);
    expect(refusal(answer)).toEqual([422, 'INVALID_INPUT']);
    expect((answer.body as { details: unknown }).details).toEqual([
      { field: 'login', message: 'mixes letters of scripts that are not written together' },
    ]);
  });

  it.each([
    ['full-width letters', '\uff50\uff41\uff59\uff50\uff41\uff4c'],
    ['bold letters of mathematics', '\u{1d429}\u{1d41a}\u{1d432}\u{1d429}\u{1d41a}\u{1d425}'],
    ['capitals', 'PAYPAL'],
    ['spaces around', ' paypal '],
  ])('should be taken for the same: %s', async (_name, login) => {
    expect(refusal(await register(login))).toEqual([409, 'USER_ALREADY_EXISTS']);
  });
});

describe('a login that people really have', () => {
  // prettier-ignore
  it.each([
    'jürgen.müller', 'Zoë O’Brien', 'naïve_user-1', 'Łukasz', 'Ibrahim', 'Nguyễn Văn', 'алексей77', 'Αλέξανδρος', 'Անահիտ', 'გიორგი',
    'משה כהן', 'محمد_علي', 'فاطمة١٢٣', 'अर्जुन', 'অনিক', 'ਗੁਰਪ੍ਰੀਤ', 'தமிழ்ச்செல்வி', 'สมชาย ใจดี', 'ສົມສັກ', 'ကိုကို', 'አበበ', 'សុខា',
    '山田太郎', 'やまだ', 'ヤマダ タロー', '山田Taro', 'やまだtaro', 'テスト123', '王小明', '王小明abc', '김철수', '김철수kim', 'ㄅㄆㄇ漢字', 'ᏣᎳᎩ',
    'user_1', '12345', 'a.b-c', 'tom & jerry', '100€', 'naïve 🙂 user', '🙂🙂🙂',
  ])('should be taken: %s', async (login) => {
    expect((await register(login)).status).toBe(201);
    const signedIn = await rest(app, 'POST /api/login', { json: { login, password: PASSWORD } });
    expect(signedIn.status).toBe(200);
  });

  it('should still sign in where it was taken before the rule', async () => {
    await register('before the rule');
    const login = 'pаyp\u200bal';
    await app.rows("update users set username = ? where username = 'before the rule' returning id", [login]);
    const signedIn = await rest(app, 'POST /api/login', { json: { login, password: PASSWORD } });
    expect(signedIn.status).toBe(200);
  });
});
