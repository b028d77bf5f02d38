#!/usr/bin/env bash
# Marks submissions on a Slurm cluster: twenty tasks, each with a twentieth of them, into one folder.
#
#     sbatch --export=ALL,GRADING_SEED=1815 grading/examples/slurm.sh submissions.zip 1 results
#
# and, once all of them are done, on any machine, for pages and tables (nothing is marked anew):
#
#     make grade SUBMISSIONS=submissions.zip SET=1 SEED=1815 OUT=results
#
# Run it from the course's folder, on a disk that all nodes see. Nodes need bubblewrap and user
# namespaces for ordinary users.
#SBATCH --job-name=grading
#SBATCH --array=0-19
#SBATCH --cpus-per-task=2
#SBATCH --mem=6G
#SBATCH --time=02:00:00
set -eu
submissions="$1" set="$2" out="$3"

.venv/bin/python -m grading all "$submissions" --set "$set" --out "$out" \
    --processes 1 --share "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT"
