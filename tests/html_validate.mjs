// Checks HTML files with html-validate and its configuration at the repository's root; prints one fault a line.
import { readFileSync } from "node:fs";
import { HtmlValidate, StaticConfigLoader } from "html-validate";

const config = JSON.parse(readFileSync(new URL("../.htmlvalidate.json", import.meta.url), "utf8"));
// Why rules are off stands beside them; html-validate takes no comments.
delete config.$reasons;
const validator = new HtmlValidate(new StaticConfigLoader(config));
for (const path of process.argv.slice(2)) {
  const report = await validator.validateString(readFileSync(path, "utf8"), path);
  for (const result of report.results) for (const m of result.messages) console.log(`${path}:${m.line}: ${m.ruleId}: ${m.message}`);
}
