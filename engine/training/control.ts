export class TrainControl { pause(): void {} continue(_n?: number): void {} }
