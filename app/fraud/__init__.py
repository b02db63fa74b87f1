"""What looks like abuse: detectors over stored facts, the leak score of a code. A human decides."""
