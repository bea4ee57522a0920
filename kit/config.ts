/** What a project says of itself, in `project.config.ts`. */
export type { ThrottleSettings, UsagePlanSettings } from "#modules/config/limits";
export type { CalledWith, ProjectConfig, Seed, TourStep } from "#modules/config/project-config";
export type { AlarmLimits, StageSettings } from "#modules/config/stage-settings";
