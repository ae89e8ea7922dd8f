# METADATA
# title: MLflow without authentication
# description: >-
#   Anyone can read and change experiments, models and their files.
# related_resources:
#   - ref: https://mlflow.org/docs/latest/auth/index.html
# custom:
#   severity: high
#   fix: >-
#     Turn basic authentication on or put a proxy that asks for a login in front, and narrow who can reach it.
#   evidence: [mlflow]
package dynamicscan.hostrules.mlflow_open

found contains "gave an experiment without a login" if input.evidence.mlflow.recognised
