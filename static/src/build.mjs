// Copies what the pages load. Only two files of govuk-frontend are needed: its whole dist is 25 MB.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";

const SOURCE = "static/src/";
const TARGET = "static/build/";
const OWN = ["admin.css", "admin.js", "favicon.svg", "init.js", "js-enabled.js", "passkey.js"];

mkdirSync(TARGET, { recursive: true });
for (const name of OWN) copyFileSync(SOURCE + name, TARGET + name);

// The script is one line: replacing more than the comment would empty it. The manifest storage
// refuses a file that names a source map which is not there.
const script = readFileSync("node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.js", "utf8");
writeFileSync(TARGET + "govuk-frontend.min.js", script.replace(/\/\/# sourceMappingURL=\S+/, ""));
