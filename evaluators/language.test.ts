import { beforeAll, describe, expect, it } from 'vitest';
import { LANGUAGES } from './common/language.ts';
import { score } from './common/testing.ts';
import { language } from './language.ts';

const TEXTS = {
  en: 'Your order was shipped yesterday and should arrive on Monday. Please contact us again if it does not.',
  de: 'Ihre Bestellung wurde gestern versandt und sollte am Montag eintreffen. Melden Sie sich bitte erneut.',
  fr: 'Votre commande a été expédiée hier et devrait arriver lundi. Veuillez nous recontacter si besoin.',
  es: 'Su pedido fue enviado ayer y debería llegar el lunes. Póngase en contacto con nosotros de nuevo.',
  pt: 'O seu pedido foi enviado ontem e deve chegar na segunda-feira. Entre em contato conosco novamente.',
  it: 'Il suo ordine è stato spedito ieri e dovrebbe arrivare lunedì. Se non è arrivato, ci contatti di nuovo.',
  nl: 'Uw bestelling is gisteren verzonden en zou maandag moeten aankomen. Neem anders contact met ons op.',
  pl: 'Twoje zamówienie zostało wysłane wczoraj i powinno dotrzeć w poniedziałek. Skontaktuj się z nami.',
  ru: 'Ваш заказ был отправлен вчера и должен прибыть в понедельник. Пожалуйста, свяжитесь с нами снова.',
  uk: 'Ваше замовлення було відправлено вчора і має прибути в понеділок. Зв’яжіться з нами ще раз.',
  tr: 'Siparişiniz dün gönderildi ve pazartesi günü ulaşması gerekiyor. Lütfen bizimle tekrar iletişime geçin.',
  el: 'Η παραγγελία σας στάλθηκε χθες και αναμένεται να φτάσει τη Δευτέρα. Επικοινωνήστε ξανά μαζί μας.',
  ja: 'ご注文の商品は昨日発送され、月曜日に到着する予定です。',
  ko: '주문하신 상품은 어제 발송되었으며 월요일에 도착할 예정입니다.',
  zh: '您的订单昨天已发货，预计星期一送达。',
  th: 'คำสั่งซื้อของคุณถูกจัดส่งเมื่อวานนี้และควรมาถึงในวันจันทร์',
} as const;
const CODES = Object.keys(TEXTS) as (keyof typeof TEXTS)[];

describe('language', () => {
  beforeAll(() => language.load?.());

  it('knows the languages of the detector', async () => {
    const { eld } = await import('eld/small');
    expect(Object.values(eld.info().Languages).sort()).toEqual([...LANGUAGES].sort());
  });

  it.each(CODES)('tells %s from the others', (code) => {
    expect(score(language, TEXTS[code], { languages: [code] }).value).toBe(1);
    for (const other of CODES) {
      if (other !== code) expect(score(language, TEXTS[code], { languages: [other] }).value, other).toBe(0);
    }
  });

  it.each([
    ['', 'nothing'],
    ['billing', 'a label'],
    ['12.50 EUR, 2026-01-01', 'figures'],
    ['```js\nconst answer = computeTheAnswer(question, context);\n```', 'code'],
    ['https://example.com/your/order/was/shipped/yesterday', 'a link'],
    ['\ud800'.repeat(1_000), 'halves of characters'],
    ['a'.repeat(1_000), 'no words'],
  ])('cannot tell for %j (%s)', (output) => {
    expect(score(language, output, { languages: ['en'] })).toMatchObject({ value: null });
  });

  it('takes the language of the input, the same or of a metadata field', () => {
    const asked = (input: string | Record<string, string>, output: string) =>
      score(language, output, {}, undefined, { input }).value;
    expect(asked(TEXTS.de, TEXTS.de)).toBe(1);
    expect(asked(TEXTS.de, TEXTS.en)).toBe(0);
    expect(asked({ ticket: TEXTS.fr, id: '7' }, TEXTS.fr)).toBe(1);
    expect(asked('hi', TEXTS.en)).toBeNull();
    const named = (locale: unknown, output: string) =>
      score(language, output, { field: 'locale' }, undefined, { metadata: { locale: locale as string } }).value;
    expect(named('de-AT', TEXTS.de)).toBe(1);
    expect(named('DE', TEXTS.en)).toBe(0);
    expect(named('tlh', TEXTS.en)).toBeNull();
    expect(named(7, TEXTS.en)).toBeNull();
    expect(score(language, TEXTS.en, { field: 'locale' }).value).toBeNull();
  });

  it('says from where on the language is another one', () => {
    const graded = score(language, `${TEXTS.de} ${TEXTS.de} ${TEXTS.de}\n\n${TEXTS.en} ${TEXTS.en} ${TEXTS.en}`, {
      languages: ['de'],
    });
    expect(graded.value).toBeGreaterThan(0.4);
    expect(graded.value).toBeLessThan(0.6);
    expect(graded.category).toBe('wrong-language:de→en');
    expect(graded.feedback).toMatch(/^expected German \(de\), got English \(en\) from character 29\d on: "/);
  });

  it('refuses languages that it cannot tell, and two ways of saying which', () => {
    expect(() => language.prepare({ languages: ['xx'] })).toThrow();
    expect(() => language.prepare({ languages: ['de'], field: 'locale' })).toThrow(/languages.* or .*field/);
  });

  it('reads a bounded part of a huge text', () => {
    expect(score(language, `${TEXTS.en} `.repeat(20_000), { languages: ['en'] }).value).toBe(1);
  });
});
