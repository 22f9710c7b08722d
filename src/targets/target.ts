import { rowVariables } from '../domain/dataset.ts';
import type { ModelGateway } from '../domain/gateway.ts';
import type { Reservation } from '../domain/ledger.ts';
import { type CallBound, type Message, ModelCallError, type ModelConfig, type ModelRequest } from '../domain/model.ts';
import {
  type ChainStep,
  type Components,
  type Condition,
  calledModel,
  componentsOf,
  isChain,
  type PromptContent,
  SINGLE_COMPONENT,
  withComponents,
} from '../domain/prompt.ts';
import type { StepTrace, Target, TargetRun } from '../domain/rollout.ts';
import type { ErrorCategory } from '../domain/suite.ts';
import { renderTemplate } from '../domain/template.ts';

/** No tokenizer makes a token of more bytes than this on average over a whole answer; it bounds what a later step may read. */
const BYTES_PER_OUTPUT_TOKEN = 8;

/**
 * The target of a prompt: what runs a candidate on a row. A single prompt is a chain of one step. Each step sees the row's variables and
 * the outputs of the steps before it; a step whose condition does not hold is skipped and stands for an empty text; the output is that of the last step that ran.
 */
export function createTarget(prompt: PromptContent, taskModel: ModelConfig, gateway: ModelGateway): Target {
  const stepsOf = (components: Components): readonly ChainStep[] => {
    const candidate = withComponents(prompt, components);
    return isChain(candidate) ? candidate.steps : [{ id: SINGLE_COMPONENT, prompt: candidate }];
  };
  const chainModel = prompt.model;
  const request = (step: ChainStep, variables: Record<string, string>, repeat: number): ModelRequest => {
    return {
      role: 'task',
      config: calledModel(step.prompt, chainModel ?? taskModel),
      messages: step.prompt.messages.map(
        (message): Message => ({ role: message.role, content: renderTemplate(message.content, variables) }),
      ),
      ...(step.prompt.outputSchema && { schema: { name: 'output', schema: step.prompt.outputSchema } }),
      ordinal: repeat,
    };
  };

  return {
    components: Object.keys(componentsOf(prompt)),

    bound(components, row) {
      const variables = rowVariables(row);
      const total = { inputTokens: 0, outputTokens: 0, cost: 0 as number | null };
      for (const step of stepsOf(components)) {
        const bound = gateway.bound(request(step, variables, 0));
        total.inputTokens += bound.inputTokens;
        total.outputTokens += bound.outputTokens;
        total.cost = total.cost === null || bound.cost === null ? null : total.cost + bound.cost;
        variables[step.output ?? step.id] = 'x'.repeat(bound.outputTokens * BYTES_PER_OUTPUT_TOKEN);
      }
      return total satisfies CallBound;
    },

    async run(components, row, repeat, reservation) {
      const variables = rowVariables(row);
      const steps: StepTrace[] = [];
      for (const step of stepsOf(components)) {
        const name = step.output ?? step.id;
        if (step.when && !holds(step.when, variables)) {
          variables[name] ??= '';
          continue;
        }
        const ran = await runStep(step, request(step, variables, repeat), gateway, reservation);
        if (ran.trace) steps.push(ran.trace);
        const output = ran.trace?.output ?? '';
        if (ran.error) return { output, steps, error: ran.error } satisfies TargetRun;
        variables[name] = output;
      }
      return { output: steps.at(-1)?.output ?? '', steps };
    },
  };
}

async function runStep(
  step: ChainStep,
  request: ModelRequest,
  gateway: ModelGateway,
  reservation: Reservation,
): Promise<{ trace?: StepTrace; error?: TargetRun['error'] }> {
  try {
    const answer = await gateway.complete(request, reservation);
    const trace: StepTrace = {
      component: step.id,
      messages: request.messages,
      output: answer.text,
      toolCalls: answer.toolCalls,
      finish: answer.finish,
      callId: answer.callId,
      usage: answer.usage,
      cost: answer.cost,
      latencyMs: answer.latencyMs,
    };
    if (answer.finish === 'length') {
      const message = `step "${step.id}": the answer was cut at ${answer.usage.outputTokens} output tokens`;
      return { trace, error: { category: 'truncated', message } };
    }
    if (answer.finish === 'content-filter') {
      return {
        trace,
        error: {
          category: 'content-filter',
          message: `step "${step.id}": the provider's content filter stopped the answer`,
        },
      };
    }
    if (answer.finish === 'refusal') {
      return { trace, error: { category: 'refusal', message: `step "${step.id}": the model refused to answer` } };
    }
    return { trace };
  } catch (error) {
    if (!(error instanceof ModelCallError) || error.failure === 'cancelled' || error.hopeless) throw error;
    return { error: { category: categoryOf(error), message: `step "${step.id}": ${error.message}` } };
  }
}

function categoryOf(error: ModelCallError): ErrorCategory {
  if (error.failure === 'rate-limited' || error.failure === 'timeout' || error.failure === 'content-filter')
    return error.failure;
  return 'provider-error';
}

function holds(condition: Condition, variables: Readonly<Record<string, string>>): boolean {
  const value = (variables[condition.variable] ?? '').trim();
  if (condition.equals !== undefined && value !== condition.equals) return false;
  if (condition.notEquals !== undefined && value === condition.notEquals) return false;
  return condition.in === undefined || condition.in.includes(value);
}
