import { mdiStar, mdiStarOutline } from "@mdi/js";
import { useState } from "react";
import { IconButton } from "../../ui/button.tsx";

const STARS = [1, 2, 3, 4, 5];

type Props = { rating: number | null; onRate: (rating: number | null) => Promise<void> };

/** The rating of a photo, shown and given; the star that it has takes it away. */
export function Stars({ rating, onRate }: Props) {
  // Shown at once; what the server then says of the photo counts.
  const [wanted, setWanted] = useState<number | null>();
  const shown = wanted === undefined ? rating : wanted;
  const rate = (stars: number) => {
    const next = stars === shown ? null : stars;
    setWanted(next);
    void onRate(next).then(() => setWanted(undefined));
  };
  return (
    <div className="info-stars" role="group" aria-label={shown === null ? "Not rated" : `Rated ${shown} of 5`}>
      {STARS.map((stars) => {
        const label = stars === shown ? "Remove the rating" : `Rate ${stars} of 5`;
        const isOn = shown !== null && stars <= shown;
        return (
          <IconButton
            key={stars}
            icon={isOn ? mdiStar : mdiStarOutline}
            label={label}
            className="icon-toggle"
            data-on={isOn}
            onClick={() => rate(stars)}
          />
        );
      })}
    </div>
  );
}
