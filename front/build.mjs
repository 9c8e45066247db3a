// Bundles what the pages are drawn with into src/selftwin/web/static: styles, islands, type, marks, licences.
// File names carry a hash of their content; manifest.json says which name stands for which file.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const house = join(dirname(fileURLToPath(import.meta.url)), "..");
const from = (...path) => join(house, "front", ...path);
const to = (...path) => join(house, "src", "selftwin", "web", "static", ...path);
const HOUR = 3600000; // what an open page was made with stays so long
const written = new Set(["manifest.json", "LICENSES.txt", "offline.js"]);
const BUNDLED = ["htmx.org", "uplot", "@fontsource-variable/vollkorn", "@fontsource-variable/source-sans-3"];

const shared = {
  absWorkingDir: house,
  bundle: true,
  minify: true,
  legalComments: "none",
  target: ["chrome123", "firefox128", "safari17.5"],
  logLevel: "warning",
  metafile: true,
};

/** The page's own files: hashed, split so that an island loads only where a page holds it. */
async function front() {
  const { metafile } = await build({
    ...shared,
    entryPoints: { front: from("front.js"), style: from("styles", "style.css") },
    format: "esm",
    splitting: true,
    outdir: to(),
    entryNames: "[name]-[hash]",
    chunkNames: "island-[hash]",
    assetNames: "[name]-[hash]",
    loader: { ".woff2": "file", ".svg": "file" },
  });
  const named = {};
  Object.keys(metafile.outputs).forEach((path) => written.add(basename(path)));
  for (const [path, made] of Object.entries(metafile.outputs)) {
    const entry = made.entryPoint ?? (Object.keys(made.inputs).length === 1 ? Object.keys(made.inputs)[0] : undefined);
    if (entry && (made.entryPoint || path.endsWith(".woff2"))) named[basename(entry)] = basename(path);
  }
  for (const mark of await readdir(from("marks"))) named[mark] = await copied(from("marks", mark));
  return named;
}

/** A file copied under a name that carries its content's hash. */
async function copied(path) {
  const bytes = await readFile(path);
  const name = basename(path).replace(/\.(\w+)$/, `-${digest(bytes, "hex").slice(0, 8).toUpperCase()}.$1`);
  await writeFile(to(name), bytes);
  written.add(name);
  return name;
}

/** The service worker keeps its one fixed name, and the page it shows is baked into it: nothing is stored. */
async function offline() {
  const page = await readFile(from("offline", "offline.html"), "utf8");
  const style = page.match(/<style>([\s\S]*?)<\/style>/)[1];
  await build({
    ...shared,
    entryPoints: [from("offline", "offline.js")],
    format: "iife",
    outdir: to(),
    define: { PAGE: JSON.stringify(page), STYLE: JSON.stringify(`sha256-${digest(style, "base64")}`) },
  });
  return { "offline.js": "offline.js" };
}

const digest = (bytes, how) => createHash("sha256").update(bytes).digest(how);

async function licences() {
  const texts = BUNDLED.map(async (name) => {
    const folder = join(house, "node_modules", name);
    const { version } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    return `${name} ${version}\n\n${(await readFile(join(folder, "LICENSE"), "utf8")).trim()}\n`;
  });
  return (await Promise.all(texts)).join(`\n${"-".repeat(80)}\n\n`);
}

const began = performance.now();
await mkdir(to(), { recursive: true });
const before = new Set(await readdir(to()));
const manifest = Object.assign(await front(), await offline());
await writeFile(to("LICENSES.txt"), await licences());
await writeFile(to("manifest.json"), `${JSON.stringify(manifest, Object.keys(manifest).sort(), 1)}\n`);
for (const name of before) if (!written.has(name) && Date.now() - (await stat(to(name))).mtimeMs > HOUR) await rm(to(name));
console.log(`${relative(house, to())}: ${Object.keys(manifest).length} files, ${Math.round(performance.now() - began)} ms`);
