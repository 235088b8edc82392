import { mdiClose, mdiStar } from "@mdi/js";
import { Icon } from "../../ui/icon.tsx";
import "./mark.css";

const STARS = [1, 2, 3, 4, 5];

/** A row of a menu that gives a rating, or takes it away. */
export function Ratings({ onRate }: { onRate: (rating: number | null) => void }) {
  return (
    <div className="ratings" role="group" aria-label="Rating">
      {STARS.map((rating) => (
        <button
          key={rating}
          type="button"
          role="menuitem"
          className="rating"
          aria-label={`Rate ${rating} of 5`}
          title={`Rate ${rating} of 5`}
          onClick={() => onRate(rating)}
        >
          <Icon path={mdiStar} />
          <span aria-hidden="true">{rating}</span>
        </button>
      ))}
      <button type="button" role="menuitem" className="rating" aria-label="No rating" title="No rating" onClick={() => onRate(null)}>
        <Icon path={mdiClose} />
        <span aria-hidden="true">0</span>
      </button>
    </div>
  );
}
