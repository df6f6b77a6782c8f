import { defineBuildpack, found, number, text } from '@dema/buildpack';

export const settings = {
  BP_GREETING: text('What the app says', { default: 'Hello' }),
  BPL_TIMES: number('How often it says so', { default: 1, least: 1, formerly: ['BPL_COUNT'] }),
};

export default defineBuildpack({
  settings,
  inspect: async () => found('every app', {}),
  async build({ launch, settings }) {
    launch.helper('greet', { process: 'web', input: { greeting: settings.BP_GREETING } });
    launch.process({ type: 'web', command: ['env'], default: true });
    launch.process({ type: 'other', command: ['env'] });
  },
});
