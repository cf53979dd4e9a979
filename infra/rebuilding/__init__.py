"""What was lost or restored becomes the stack's again, as CloudFormation allows it (ADR 0072)."""
