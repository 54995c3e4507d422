import type { Division } from "./grammar.js";

/**
 * Names of cities. A held-out name of several words shares one of them with a name that is shown ("San Jose" and "San
 * Diego"): a reader who goes from left to right and knows neither word could not tell where the name ends.
 */
export const cities: Division = {
  shown: /* @__PURE__ */ split(
    "Taipei, Kaohsiung, Tokyo, Osaka, Kyoto, Seoul, Beijing, Shanghai, Shenzhen, Guangzhou",
    "Chengdu, Hanoi, Bangkok, Singapore, Jakarta, Manila, Mumbai, Chennai, Dubai, Doha",
    "Istanbul, Athens, Rome, Madrid, Lisbon, Paris, London, Dublin, Berlin, Vienna",
    "Prague, Budapest, Warsaw, Oslo, Stockholm, Helsinki, Copenhagen, Cairo, Lagos, Nairobi",
    "Casablanca, Sydney, Melbourne, Auckland, Honolulu, Seattle, Portland, Denver, Chicago",
    "Boston, Atlanta, Miami, Houston, Dallas, Toronto, Montreal, Vancouver, Havana, Lima",
    "Bogota, New York, New Delhi, San Francisco, San Diego, San Juan, Santa Fe, Saint Petersburg",
    "Saint Louis, Port Louis, Los Angeles, Las Vegas, Salt Lake City, Mexico City, Quebec City",
    "Panama City, Ho Chi Minh City, Kuala Lumpur, Hong Kong, Tel Aviv, Addis Ababa, Cape Town",
    "Rio de Janeiro, Buenos Aires, Sao Paulo",
  ),
  heldOut: /* @__PURE__ */ split(
    "Taichung, Nagoya, Sapporo, Busan, Kolkata, Kathmandu, Colombo, Amsterdam, Brussels",
    "Zurich, Geneva, Munich, Hamburg, Milan, Venice, Barcelona, Seville, Krakow, Bucharest",
    "Belgrade, Edinburgh, Reykjavik, Marrakesh, Tunis, Accra, Brisbane, Philadelphia, Phoenix",
    "New Orleans, San Jose, San Antonio, Santa Barbara, Saint Paul, Port Moresby, Kansas City",
    "Guatemala City",
  ),
};

export const airlines = /* @__PURE__ */ split(
  "EVA Air, China Airlines, Starlux, Cathay Pacific, Japan Airlines, Korean Air, Singapore Airlines",
  "Thai Airways, Vietnam Airlines, Qantas, Emirates, Qatar Airways, Turkish Airlines, Lufthansa",
  "Air France, British Airways, Iberia, Finnair, Delta, United Airlines, Air Canada, Kenya Airways",
);

export const months = /* @__PURE__ */ split(
  "January, February, March, April, May, June, July",
  "August, September, October, November, December",
);

export const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/** 1st to 31st. */
export const days = Array.from({ length: 31 }, (_, index) => ordinal(index + 1));

function ordinal(day: number): string {
  const ending = day > 3 && day < 21 ? "th" : (["th", "st", "nd", "rd"][day % 10] ?? "th");
  return `${day}${ending}`;
}

/** Names with commas between them. Marked as pure where it is called, so that programs which bundle can leave it out. */
function split(...lines: readonly string[]): string[] {
  return lines.flatMap((line) => line.split(", "));
}
