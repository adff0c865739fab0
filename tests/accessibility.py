"""What axe finds on a page: each of its rules every time, the contrast of a text once for each way it looks."""

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page

# Contrast takes three quarters of axe's time, and follows from what is noted of a text here: its kind and that of what
# it stands in, its colour and letters, and all that is painted behind it. Every text of a page whose look has not
# passed yet is judged.
JUDGE = """async (passed) => {
  const grounds = new Map([[null, ""]]);
  const ground = (node) => {
    if (!grounds.has(node)) {
      const { backgroundColor, backgroundImage, opacity, filter, textShadow } = getComputedStyle(node);
      const own = [backgroundColor, backgroundImage, opacity, filter, textShadow].join();
      const isClear = own === "rgba(0, 0, 0, 0),none,1,none,none";
      grounds.set(node, ground(node.parentElement) + (isClear ? "" : `/${own}`));
    }
    return grounds.get(node);
  };
  const kind = (node) => [
    node.tagName, node.getAttribute("class"), node.getAttribute("type"), node.disabled,
  ].join();
  const lookOf = (node) => {
    const { color, fontSize, fontWeight } = getComputedStyle(node);
    return [kind(node.parentNode), kind(node), color, fontSize, fontWeight, ground(node)].join(" ");
  };
  const isText = (node) => node.nodeType === Node.TEXT_NODE && node.data.trim();
  const says = (node) => node.matches("input, select, textarea") || [...node.childNodes].some(isText);
  const known = new Set(passed), found = new Set(), marked = [];
  for (const node of document.querySelectorAll("body, body *")) {
    if (!says(node) || !node.checkVisibility({ visibilityProperty: true })) continue;
    const look = lookOf(node);
    if (known.has(look)) continue;
    found.add(look);
    marked.push(node);
  }
  marked.forEach((node) => node.setAttribute("data-judge-contrast", ""));
  axe.configure({ rules: [{ id: "color-contrast", selector: "[data-judge-contrast]" }] });
  const results = await axe.run(document, { resultTypes: ["violations"] });
  marked.forEach((node) => node.removeAttribute("data-judge-contrast"));
  return [results, [...found]];
}"""


class Axe:
    """Kept for a whole session, so that it knows the looks of texts that have passed."""

    def __init__(self) -> None:
        self._passed: set[str] = set()

    def check(self, page: Page) -> None:
        """Fail with what is wrong with the page as it is."""
        page.evaluate(AXE_SCRIPT)
        found, looks = page.evaluate(JUDGE, list(self._passed))
        results = AxeResults(found)
        assert results.violations_count == 0, f"{page.url}\n{results.generate_report()}"
        self._passed.update(looks)
