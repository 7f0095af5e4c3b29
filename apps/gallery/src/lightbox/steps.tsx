import { Icon } from '../icon.tsx'
import type { IconName } from '../icon-names.ts'
import { text } from '../strings.ts'
import type { Viewer } from './use-photo-swipe.ts'

interface StepsProps {
  readonly viewer: Viewer
  readonly hasPrevious: boolean
  readonly hasNext: boolean
}

/** The buttons that move to other photos and zoom: what swiping and pinching do. */
export function Steps({ viewer, hasPrevious, hasNext }: StepsProps) {
  return (
    <div className="steps">
      <Step
        name="chevron-left"
        label={text.lightbox.previous}
        isDisabled={!hasPrevious}
        onClick={() => viewer.step(-1)}
      />
      <span className="zoom">
        <Step
          name="zoom-out"
          label={text.lightbox.zoomOut}
          isDisabled={!viewer.isZoomed}
          onClick={() => viewer.zoom('out')}
        />
        <Step name="zoom-in" label={text.lightbox.zoomIn} onClick={() => viewer.zoom('in')} />
      </span>
      <Step
        name="chevron-right"
        label={text.lightbox.next}
        isDisabled={!hasNext}
        onClick={() => viewer.step(1)}
      />
    </div>
  )
}

interface StepProps {
  readonly name: IconName
  readonly label: string
  readonly isDisabled?: boolean
  readonly onClick: () => void
}

function Step({ name, label, isDisabled = false, onClick }: StepProps) {
  return (
    // not disabled, because a button that is loses the focus
    <button
      type="button"
      className={`step step-${name}`}
      aria-label={label}
      title={label}
      aria-disabled={isDisabled}
      onClick={() => !isDisabled && onClick()}
    >
      <Icon name={name} />
    </button>
  )
}
