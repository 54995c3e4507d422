import type { ComponentChildren } from "preact";

interface NoticeProps {
  readonly kind: "error" | "warning" | "note";
  readonly action?: { readonly text: string; readonly onClick: () => void };
  readonly children: ComponentChildren;
}

/** Something to know: what happened, and what can be done. Errors are read out at once. */
export function Notice({ kind, action, children }: NoticeProps) {
  return (
    <div class={`notice ${kind}`} role={kind === "error" ? "alert" : "status"}>
      <p>{children}</p>
      {action && (
        <button type="button" onClick={action.onClick}>
          {action.text}
        </button>
      )}
    </div>
  );
}
