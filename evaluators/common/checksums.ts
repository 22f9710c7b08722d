/** Beginnings and lengths that issuers of payment cards use: Visa, Mastercard, American Express, Diners, JCB, Discover and others. */
const CARD = /^(?:4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]|2[2-7])\d{14}|3[47]\d{13}|3[0689]\d{12}|35\d{14}|6\d{15,18})$/;

/** The digits are a payment card number: an issuer's form, and Luhn's checksum. */
export function cardIsValid(digits: string): boolean {
  if (!CARD.test(digits)) return false;
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** Lengths by country, from the IBAN registry of SWIFT. */
const IBAN_LENGTHS: Readonly<Record<string, number>> = Object.fromEntries(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 FO18 FR27 GB22 GE22 ' +
    'GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 ' +
    'MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

/**
 * Length in `text` of the IBAN that it begins with (single spaces between groups allowed), 0 when there is none: the country's length and
 * the check of ISO 13616 (mod 97 = 1).
 */
export function ibanLength(text: string): number {
  const length = IBAN_LENGTHS[text.slice(0, 2)];
  if (length === undefined) return 0;
  let compact = '';
  let end = 0;
  while (end < text.length && compact.length < length) {
    const character = text[end] ?? '';
    if (/[A-Z0-9]/.test(character)) compact += character;
    else if (character !== ' ' || text[end - 1] === ' ') return 0;
    end += 1;
  }
  if (compact.length < length || /[A-Za-z0-9]/.test(text[end] ?? '')) return 0;
  let remainder = 0;
  for (const character of compact.slice(4) + compact.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1 ? end : 0;
}
