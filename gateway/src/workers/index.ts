// In: how many processes are to serve one port. Out: as many, always; their health and metrics as one.
export { joinSupervisor, type ServingWorker, type Supervised } from './join-supervisor.ts';
export { type Supervisor, type SupervisorOptions, superviseWorkers } from './supervise-workers.ts';
