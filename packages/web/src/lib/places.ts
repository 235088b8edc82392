/** The page that finds out why the storage cannot be reached. */
export const DOCTOR = "/settings/storage/doctor";
