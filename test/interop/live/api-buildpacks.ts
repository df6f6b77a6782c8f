import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { apiAtLeast, SUPPORTED_APIS } from '@dema/spec';

/** A buildpack in plain shell for each Buildpack API, which fits every app. */
export interface ApiBuildpack {
  api: string;
  id: string;
  folder: string;
  /** What the process of this type prints shows what the launcher made of the buildpack's layer. */
  processType: string;
}

/** Writes a folder for each into `root`. */
export async function writeApiBuildpacks(root: string): Promise<ApiBuildpack[]> {
  return Promise.all(
    SUPPORTED_APIS.buildpack.map(async (api) => {
      const name = `api-${api.replace('.', '-')}`;
      const folder = join(root, name);
      await mkdir(join(folder, 'bin'), { recursive: true });
      await writeFile(join(folder, 'buildpack.toml'), renderDescriptor(api, name));
      await writeFile(join(folder, 'bin/detect'), DETECT.replaceAll('NAME', name), { mode: 0o755 });
      await writeFile(join(folder, 'bin/build'), renderBuild(api, name), { mode: 0o755 });
      return { api, id: `example/${name}`, folder, processType: name };
    }),
  );
}

function renderDescriptor(api: string, name: string): string {
  const fits = apiAtLeast(api, '0.10') ? '[[targets]]\nos = "linux"\n' : '[[stacks]]\nid = "*"\n';
  return `api = "${api}"\n\n[buildpack]\nid = "example/${name}"\nversion = "1.0.0"\nname = "Buildpack API ${api}"\n\n${fits}`;
}

/** The arguments are given with every API, the variables since 0.8. */
const DETECT = `#!/bin/sh
printf '[[provides]]\\nname = "NAME"\\n[[requires]]\\nname = "NAME"\\n[requires.metadata]\\nversion = "1"\\n' > "$2"
`;

const BUILD = `#!/bin/sh
set -eu
layer="$1/made"
mkdir -p "$layer/bin" "$layer/env" "$layer/env.build" "$layer/env.launch/NAME" "$layer/exec.d" "$layer/profile.d"
env | grep -e '^CNB_' -e '^PATH=' -e '^HOME=' -e '^MADE_' | grep -v PLAN_PATH | sort > "$layer/variables"
cp "$3" "$layer/plan.toml"
printf 'from NAME' > "$layer/env/MADE_NAME"
printf 'NAME' > "$layer/env/MADE_ALL.append"
printf ':' > "$layer/env/MADE_ALL.delim"
printf 'NAME' > "$layer/env.build/MADE_BUILD.prepend"
printf 'only of this process' > "$layer/env.launch/NAME/MADE_OWN.override"
printf '#!/bin/sh\\necho "SAID = \\\\"$MADE_ALL by NAME\\\\"" >&3\\n' > "$layer/exec.d/say"
printf '#!/bin/sh\\nenv | grep -e MADE_ -e SAID -e PROFILED | sort; pwd; printf "[%%s]" "$@"\\n' > "$layer/bin/show-NAME"
printf 'export PROFILED="NAME after $PROFILED"\\n' > "$layer/profile.d/set.sh"
chmod 755 "$layer/exec.d/say" "$layer/bin/show-NAME"
printf '[types]\\nlaunch = true\\nbuild = true\\n[metadata]\\nkind = "NAME"\\n' > "$layer.toml"
cat > "$1/launch.toml" <<EOF
PROCESS
[[labels]]
key = "example.NAME"
value = "yes"
EOF
`;

function renderBuild(api: string, name: string): string {
  return BUILD.replaceAll('NAME', name).replace('PROCESS', renderProcess(api, name));
}

/** Before 0.9 a command is one text, which a shell reads unless it is direct; working folders are known since 0.8. */
function renderProcess(api: string, name: string): string {
  const command = apiAtLeast(api, '0.9') ? `["show-${name}"]` : `"show-${name}"`;
  const folder = apiAtLeast(api, '0.8') ? 'working-dir = "/"' : '';
  return `[[processes]]\ntype = "${name}"\ncommand = ${command}\nargs = ["a b", "c"]\n${folder}`;
}
