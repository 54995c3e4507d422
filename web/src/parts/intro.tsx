import { language } from "../language.js";

interface IntroProps {
  readonly title: string;
  /** What one sees. */
  readonly about: string;
  /** What to try next. */
  readonly next: string;
  /** Its place in the guide: what the link says, and the number of the section. */
  readonly guide: { readonly text: string; readonly section: number };
}

/** The beginning of a room. */
export function Intro({ title, about, next, guide }: IntroProps) {
  const page = language() === "en" ? "./guide.html" : "./guide.zh.html";
  return (
    <div class="intro">
      <h1>{title}</h1>
      <p>{about}</p>
      <p>
        {next} <a href={`${page}#section-${guide.section}`}>{guide.text} →</a>
      </p>
    </div>
  );
}
