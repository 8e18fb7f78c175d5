/** How much slower than usual this machine is at the moment. */
export const patience = Number(process.env.E2E_PATIENCE ?? (process.env.CI ? 2 : 1));
