/** The models of a job, as pages name them. */
export const JOB_MODELS = {
  task: {
    provider: 'openai',
    model: 'gpt-6-luna',
    temperature: 0,
    maxOutputTokens: 20,
    providerOptions: { reasoning_effort: 'none' },
  },
  reflection: {
    provider: 'openai',
    model: 'gpt-6.1-terra',
    maxOutputTokens: 8000,
    providerOptions: { reasoning_effort: 'low' },
  },
} as const;
