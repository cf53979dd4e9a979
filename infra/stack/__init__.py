"""Package and deploy: the template, the policies, the commands of CloudFormation."""
