import { defineBuildpack, found, text } from '@dema/buildpack';

export default defineBuildpack({
  settings: { BP_GREETING: text('What the app says', { default: 'Hello' }) },
  inspect: async () => found('every app', {}),
  async build({ launch, settings }) {
    launch.helper('greet', { process: 'web', input: { greeting: settings.BP_GREETING } });
    launch.process({ type: 'web', command: ['env'], default: true });
    launch.process({ type: 'other', command: ['env'] });
  },
});
