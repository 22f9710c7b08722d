import { path, type Transport } from '../transport.ts';
import { type JudgeCardAnswer, judgeCardAnswerSchema, judgeCardPageSchema, type Page } from '../wire.ts';

/** `/v1/judges`. */
export function judgesResource(transport: Transport) {
  return {
    list: (query: { readonly limit?: number; readonly cursor?: string } = {}): Promise<Page<JudgeCardAnswer>> =>
      transport.read(judgeCardPageSchema, { method: 'GET', path: '/v1/judges', query: { ...query } }),
    get: (id: string): Promise<JudgeCardAnswer> =>
      transport.read(judgeCardAnswerSchema, { method: 'GET', path: path`/v1/judges/${id}` }),
  };
}
