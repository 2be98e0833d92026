"""What a release has to pass: the public interface, the packages, their parts, their bounds."""
