import { showRelief } from "./view.js";

// The script of reports: shows what stands as JSON in the places for it.
for (const place of document.querySelectorAll<HTMLElement>(".relief")) {
  const data = place.querySelector('script[type="application/json"]')?.textContent;
  if (data) showRelief(place, JSON.parse(data));
}
